"""Models, preprocessing, weights and logs that the programs share."""
