//! The ledger as a whole: a copy while runs may go on, its health, and how much it knows.

use std::collections::BTreeMap;
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

    /// What SQLite finds wrong with the file; `ok` when nothing is.
    ///
    /// - Errors: `Sql`, also when the file is no database.
    pub fn quick_check(&self) -> Result<String, LedgerError> {
        self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed("look through the ledger"))
    }

    /// How many documents of each source are known.
    ///
    /// - Errors: `Sql`.
    pub fn sources(&self) -> Result<BTreeMap<String, usize>, LedgerError> {
        let read = || -> rusqlite::Result<BTreeMap<String, usize>> {
            let mut statement = self.connection.prepare("SELECT source, count(*) FROM entries GROUP BY source")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
            rows.map(|row| row.map(|(source, count)| (source, usize::try_from(count).unwrap_or_default()))).collect()
        };
        read().map_err(failed("count entries"))
    }
}
