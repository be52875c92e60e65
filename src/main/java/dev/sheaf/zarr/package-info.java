/// Arrays in Zarr stores on a file system (<https://zarr-specs.readthedocs.io/>, version 3, and 2),
/// one chunk at a time. Start reading at [dev.sheaf.zarr.ZarrArray]. Knows `array` and `compress`
/// alone.
package dev.sheaf.zarr;
