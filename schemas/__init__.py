"""What the data looks like: canonical columns, aliases, facts, and the models of frames."""
