"""What chatd needs to know of this service."""

from chatd.plugins import ServicePlugin

dice = ServicePlugin("dice", "dice.Dice", "throws dice that everybody can trust")
