"""Exports of a card's figures: CSV and XLSX here, PNG and SVG in the browser (assets/export.js)."""
