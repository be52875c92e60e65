/// What a run tells when it is over: time by phase and rank, rates, the same as JSON.
package dev.sheaf.report;
