"""The rulebook as a workbook and back, for owners of rules who work in Excel."""
