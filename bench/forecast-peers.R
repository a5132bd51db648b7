# Forecasts of R's package `forecast` for bench/forecast.ts: one line a series in, one line a model out.
# Rscript forecast-peers.R IN OUT STEPS
suppressMessages(library(forecast))
args <- commandArgs(TRUE)
steps <- as.integer(args[3])
levels <- c(60, 80, 90, 98)  # two-sided: their upper ends are the quantiles 0.8, 0.9, 0.95 and 0.99
models <- list(
  "R mstl + auto.arima" = function(y) stlf(y, h = steps, method = "arima", level = levels),
  "R mstl + auto.arima, logs by hand" = function(y) stlf(y, h = steps, method = "arima", lambda = 0, level = levels),
  "R mstl + ets" = function(y) stlf(y, h = steps, method = "ets", level = levels),
  "R theta" = function(y) thetaf(ts(as.numeric(y), frequency = 24), h = steps, level = levels)
)
out <- file(args[2], "w")
for (line in readLines(args[1])) {
  values <- as.numeric(strsplit(line, ",")[[1]])
  id <- values[1]
  values <- values[-1]
  seasons <- if (length(values) >= 336) c(24, 168) else 24
  for (name in names(models)) {
    offset <- if (grepl("logs", name)) 0.05 * mean(values) else 0
    made <- tryCatch({
      result <- models[[name]](msts(values + offset, seasonal.periods = seasons))
      cbind(as.numeric(result$mean), as.matrix(result$upper)) - offset
    }, error = function(e) NULL)
    cat(id, name, if (is.null(made)) "" else paste(signif(t(made), 8), collapse = " "), sep = ";", file = out)
    cat("\n", file = out)
  }
}
close(out)
