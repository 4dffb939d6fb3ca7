"""Workbooks that come back from the meeting: decisions read, checked and handed to the store."""

from pipeline.review.drop import Dropped, empty
from pipeline.review.intake import Intake, Request, Taken, take_again, take_in

__all__ = ["Dropped", "Intake", "Request", "Taken", "empty", "take_again", "take_in"]
