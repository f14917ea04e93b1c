"""A device's side of delivery: what lasts is taken once, in order, and acknowledged when it is on
the disk; what one says is sent until the server has it.

:class:`~client.delivery.delivery.Delivery` is what a screen, or a program without one, works with.
"""
