/// Parquet files (<https://parquet.apache.org/docs/file-format/>), one row group and column at a
/// time: numbers as doubles, texts as strings. Start reading at [dev.sheaf.parquet.ParquetFile]. A
/// leaf: it uses nothing above it.
package dev.sheaf.parquet;
