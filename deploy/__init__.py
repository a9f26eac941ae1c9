"""How Licet is run elsewhere: engines, images, clusters."""
