/**
 * The policies of a table under row-level security, as SQL. Read: the areas that the sealed context may see of this tool
 * and data class (`''`: not personal, any class will do). Change: the same, in a transaction sealed for changes. The
 * owner's definer functions check the context themselves and are let through.
 */
export function rowLevelSecurity(
  table: string,
  tool: 'contact-creator' | 'organise',
  dataClass: string,
): string {
  const name = table.slice(table.indexOf('.') + 1);
  const visible = `(constituency_id = ANY ((SELECT ks.areas('${tool}', '${dataClass}'))::text[])
        OR constituency_id <> ALL ((SELECT ks.all_areas_but('${tool}', '${dataClass}'))::text[]))`;
  return `
      ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY ${name}_read ON ${table} FOR SELECT TO rosette_api USING ${visible};
      CREATE POLICY ${name}_add ON ${table} FOR INSERT TO rosette_api WITH CHECK ((SELECT ks.may_change()) AND ${visible});
      CREATE POLICY ${name}_change ON ${table} FOR UPDATE TO rosette_api USING ((SELECT ks.may_change()) AND ${visible});
      CREATE POLICY ${name}_remove ON ${table} FOR DELETE TO rosette_api USING ((SELECT ks.may_change()) AND ${visible});
      CREATE POLICY ${name}_owner ON ${table} TO rosette_owner USING (true) WITH CHECK (true);`;
}
