"""The full screen: urwid widgets, keys, commands, themes. Draws the model; changes it by asking."""
