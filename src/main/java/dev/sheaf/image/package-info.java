/// Image files: finding them in natural order, decoding them, turning, cropping and resizing,
/// writing JPEG, PNG and PDF. Start reading at [dev.sheaf.image.ImageLoader], then
/// [dev.sheaf.image.Preprocessor]. A leaf: it uses nothing above it.
package dev.sheaf.image;
