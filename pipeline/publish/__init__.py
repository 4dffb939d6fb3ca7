"""One run at a time, staged aside and published in one rename; ``latest`` is switched after it."""

from pipeline.publish.holding import HOLDER, LOCK, holder, is_held, output_folder
from pipeline.publish.place import real_folder
from pipeline.publish.retention import prune
from pipeline.publish.staging import LATEST, RUN_LOG, publish, stage, write_file

__all__ = [
    "HOLDER",
    "LATEST",
    "LOCK",
    "RUN_LOG",
    "holder",
    "is_held",
    "output_folder",
    "prune",
    "publish",
    "real_folder",
    "stage",
    "write_file",
]
