/// Tables in files: Parquet, CSV, gzipped or not, and two-dimensional `.npy` arrays. Row by row by
/// [dev.sheaf.table.LabelledTable], or columns of numbers, part by part, by
/// [dev.sheaf.table.NumberReader].
package dev.sheaf.table;
