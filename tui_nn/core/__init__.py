"""The mathematics, in NumPy alone: what a network is, how it predicts and how it learns.

Six files hold all of it, about 900 lines. Read them in this order:

1. `parameters`: the weights and biases of a network, as one vector with views.
2. `activations`: the functions f of hidden layers, and their slopes.
3. `losses`: the outputs, how wrong they are, and the slope that the backward pass starts from.
4. `network`: the forward pass, z = x @ W + b and a = f(z) for each layer.
5. `backprop`: both passes of one batch, from x to the gradient. BP1 to BP4 stand beside their lines.
6. `optimizers`: how the gradient becomes an update of the parameters.

Every training runs these files. The folders beside them hold what a first reader does not need. `choices` has the other
settings: start weights, learning-rate schedules, dropout, augmentation and edits by hand. `fast` makes training fast,
pausable and repeatable: buffers, chunks, threads and the identity of a batch; no formula is in it. `watch` holds what training
reports: the steps for the microscope, layer statistics and accuracies.
"""
