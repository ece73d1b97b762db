"""The machine: what it is, what it is too hot for, its memory errors and buses, its clock, and who it is a guest of."""
