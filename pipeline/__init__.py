"""The staffing classifier: portfolio in, annotated and explained recommendation out."""
