"""JCL: from a source to its jobs, steps and data sets."""
