"""Staffing demand: how many leads of each role are needed when and where, against who is there."""

from __future__ import annotations

from pipeline.demand.estimate import Demand, Staffing, estimate
from pipeline.demand.roster import Roster, read_roster

__all__ = ["Demand", "Roster", "Staffing", "estimate", "read_roster"]
