"""Watching live Keras models: the only code that touches TensorFlow and Keras.

A framework is looked at only where `sys.modules` has it already: nothing here imports one.
"""
