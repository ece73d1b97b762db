"""The lab: a small service, one fault at a time, captures by snapper itself, and how right its verdicts are.

    make lab                                      # all of it, half an hour; leaves RESULTS.md
    PYTHONPATH=bench python -m lab plan           # what would be captured, and how long that takes
    PYTHONPATH=bench python -m lab capture NAME   # some of it; what is there already is not captured again
    PYTHONPATH=bench python -m lab score          # score what is there
    PYTHONPATH=bench python -m lab keep           # put a dozen captures into the fixtures, and what is made of them

`faults` declares what goes wrong and, before anything runs, what is true of it; `plan` says what is captured and
which half a case belongs to; `stage` runs it on a little network of its own; `rules` are those of other tools;
`score` compares verdicts with truths; `results` writes them down; `kept` are the captures in the fixtures.
"""
