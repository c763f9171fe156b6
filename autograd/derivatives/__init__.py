"""Every kind of derivative: functions that take functions of numbers."""
