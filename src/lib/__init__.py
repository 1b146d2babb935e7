"""Vigía's rooms. Pure decisions at the bottom, one room per outside world, the tick above them."""
