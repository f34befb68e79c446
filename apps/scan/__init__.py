"""Scans: uploads, videos, jobs with their steps, calibrations and the KPIs a scan leaves behind."""
