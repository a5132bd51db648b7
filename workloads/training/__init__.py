"""A training program: load, preprocess, train, validate, save; it can be stopped at any time and goes on where it was."""
