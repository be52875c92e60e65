/// What a machine, an allocation or a hostfile can run: [dev.sheaf.doctor.Doctor] asks, each check
/// answers with findings. The checks read a [dev.sheaf.doctor.Machine], so that tests can give them
/// the texts of others. Nothing here starts MPI in its own process: [dev.sheaf.doctor.Probe] does,
/// in a child.
package dev.sheaf.doctor;
