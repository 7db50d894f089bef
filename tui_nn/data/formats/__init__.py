"""The formats of data files: one module reads each format.

`reading.py` has the table of formats and chooses the reader for a path. A reader checks every size, then returns the
arrays of the file as `Part`s. `meaning.py` makes a `Dataset` from them: pixels from 0 to 255, labels from 0, class
names, and test examples.
"""
