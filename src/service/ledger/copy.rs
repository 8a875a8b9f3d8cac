//! A copy of the ledger, while runs may go on.

use std::path::Path;

use super::{Ledger, LedgerError, failed};

impl Ledger {
    /// Writes a copy of one consistent state to a file that must not be there.
    ///
    /// - Errors: `Sql`.
    pub fn copy_to(&self, path: &Path) -> Result<(), LedgerError> {
        let told = self.connection.execute("VACUUM INTO ?1", [path.to_string_lossy()]);
        told.map(|_| ()).map_err(failed("copy the ledger"))
    }
}
