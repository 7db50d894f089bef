"""The formats of data files: one module reads each format.

`reading.py` has the table of formats and chooses the reader for a path. A reader checks every size, and then returns
each set of examples (training, test or validation) as a `Part`. `meaning.py` makes a `Dataset` from them: pixels from 0
to 255, labels from 0, class names, and test examples.
"""
