"""Workbooks that come back from the meeting: decisions read, checked and handed to the store."""

from pipeline.review.intake import Intake, Request, Taken, take_in

__all__ = ["Intake", "Request", "Taken", "take_in"]
