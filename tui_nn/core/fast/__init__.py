"""Why training is fast and repeatable: buffers, chunks, threads and the identity of a batch. No formulas."""
