"""Makes a model smaller by pruning, int8 or distillation, and measures what each way saves and costs."""
