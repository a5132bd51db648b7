"""Forecasts of statsmodels for bench/forecast.ts: one line a series in, one line a model out.

python3 forecast-peers.py IN OUT STEPS
"""
import sys
import warnings

import numpy as np
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

warnings.simplefilter("ignore")
source, target, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
MODELS = {
    "statsmodels STL + ARIMA(2,0,1)": lambda y: STLForecast(
        y, ARIMA, period=24, model_kwargs={"order": (2, 0, 1), "trend": "c"}
    ).fit().forecast(steps),
    "statsmodels Holt-Winters": lambda y: ExponentialSmoothing(
        y, seasonal="add", seasonal_periods=24, initialization_method="estimated"
    ).fit().forecast(steps),
    "statsmodels theta": lambda y: ThetaModel(y, period=24, deseasonalize=True, method="additive").fit().forecast(steps),
}
with open(source) as lines, open(target, "w") as out:
    for line in lines:
        values = np.array([float(x) for x in line.split(",")])
        for name, model in MODELS.items():
            try:
                path = " ".join(f"{x:.8g}" for x in np.asarray(model(values[1:])))
            except Exception:
                path = ""
            out.write(f"{int(values[0])};{name};{path}\n")
