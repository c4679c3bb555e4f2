"""Portique: contraband phones in French prisons, each figure with what it counts."""
