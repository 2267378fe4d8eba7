"""Figures: a frame in, a plotly figure out. Pure: language, theme and width come in with the Look."""
