/** The products of the sandbox: prices in euro cents, initial stock. `calendar-2020` is permanently sold out. */
export const SANDBOX_PRODUCTS = [
  { sku: "print-10x15", name: "Print 10 × 15 cm", cents: 19, stock: 100_000 },
  { sku: "print-20x30", name: "Print 20 × 30 cm", cents: 249, stock: 100_000 },
  { sku: "poster-50x70", name: "Poster 50 × 70 cm", cents: 1299, stock: 100_000 },
  { sku: "canvas-30x40", name: "Canvas 30 × 40 cm", cents: 2999, stock: 100_000 },
  { sku: "canvas-60x80", name: "Canvas 60 × 80 cm", cents: 5999, stock: 100_000 },
  { sku: "book-a4-24", name: "Photo book A4, 24 pages", cents: 2495, stock: 100_000 },
  { sku: "book-a5-36", name: "Photo book A5, 36 pages", cents: 1795, stock: 100_000 },
  { sku: "calendar-2027", name: "Wall calendar 2027", cents: 1995, stock: 100_000 },
  { sku: "calendar-2020", name: "Wall calendar 2020", cents: 495, stock: 0 },
  { sku: "mug-300", name: "Photo mug, 300 ml", cents: 1099, stock: 100_000 },
  { sku: "puzzle-500", name: "Photo puzzle, 500 pieces", cents: 2199, stock: 100_000 },
] as const;
