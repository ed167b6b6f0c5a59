// How many times slower than usual this machine is: ROCKER_PATIENCE=10 for one
// whose processor is emulated. What a test waits for takes so much longer.

/** A factor for times that are long enough elsewhere. */
export const patience = Number(process.env.ROCKER_PATIENCE ?? 1)
