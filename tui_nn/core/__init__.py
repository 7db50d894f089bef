"""The mathematics of the networks, in NumPy alone: the layers, the predictions and the learning.

Six files contain all of it, about 900 lines. Read the six files in this order. Each imports only files that come before
it.

1. `parameters`: the weights and biases of a network. They are one vector, with a view for each layer.
2. `activations`: the functions f of the hidden layers and their slopes f', as rows of a table.
3. `losses`: the output functions, the errors of the outputs, and the slopes of the loss that the backward pass starts from.
4. `network`: the class MLP and its forward pass. Each layer computes z = x @ W + b and a = f(z).
5. `backprop`: the forward and the backward pass of one batch. The equations BP1 to BP4 stand beside their lines.
6. `optimizers`: the rules by which a gradient changes the parameters, and the whole update around them.

That is a complete training step: forward, loss, backward, update. The three folders use the six files, which import none of
them, so you can read a folder when you need it:

- `choices/` has everything else that you can choose before or during training: start weights, learning-rate schedules,
  dropout, augmentation, the scaling of pixels, random numbers, and edits of weights by hand.
- `fast/` makes training fast, pausable and repeatable with buffers, chunks, threads and the identity of each batch. It contains
  no formula. `fast/training_step.py` does the updates of a training run.
- `watch/` has the reports of training: the acts of an update for the microscope, layer statistics and accuracies.
"""
