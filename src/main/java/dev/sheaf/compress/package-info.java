/// The compressions that pages of Parquet files and chunks of Zarr arrays have.
package dev.sheaf.compress;
