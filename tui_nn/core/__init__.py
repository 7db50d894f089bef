"""The mathematics, in NumPy alone: what a network is, how it answers and how it learns.

To read it in one sitting, in this order:

1. `config`: what there is to choose. `setting` is what forms, flags and messages know about one
   field of it, `base_config` makes a dataclass of them.
2. `parameters`, `initializers`: every number that is learned, and how it starts; `arrays` names the kinds of arrays.
3. `activations`, `losses`, `network`: the way forward, from pixels to a loss.
4. `backprop`: the way back, and one whole update. It names its acts (`acts`), works in buffers (`workspace`), and adds up
   the chunks of a large batch (`gradient`).
5. `optimizers`, `schedules`, `regularization`, `noise`: what else goes into an update.
6. `place`, `workers`, `scratch`: why a batch is the same again, on any number of threads, with nothing allocated.
7. `gradcheck`: all of it, checked.

The other files ask a network questions and never train it: what its layers do (`statistics`, `histogram`, `activity`,
`health`, `trace`), what a unit sees (`units`), why an answer is as it is (`attribution`, `neighbours`, `projection`), how
good answers are (`metrics`, `calibration`), and what becomes of another image or another weight (`transforms`, `edits`).
`update_view` is an update as a front end gets it.
"""
