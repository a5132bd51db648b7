"""An inference server: images are classified, texts are continued; batches by themselves, and refuses what it cannot do in time."""
