"""How fast the decision step is beside what else could do it; its engines are an extra, `bench`."""
