"""What the data looks like: canonical columns, aliases, facts, and the models of frames."""

import sys

# Where Spark is installed, pandera would import its imitation of pandas with everything else:
# seconds and a warning for every command, and nothing here uses it.
sys.modules.setdefault("pyspark.pandas", None)  # type: ignore[arg-type]
