"""The programs of the lab: the service, and what goes wrong. Each ends by itself; standard library only.

    PYTHONPATH=bench python -m lab.loads NAME SECONDS [ARGUMENT ...]

Started under a name of its own (`lab.stage`), so that each is a program to whoever looks.
"""
