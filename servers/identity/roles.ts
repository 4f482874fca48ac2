// What a user may do: names as long as they are in the field, one area of work and one action each.

const areas = [
  'billing.invoices',
  'billing.payments',
  'billing.refunds',
  'sales.orders',
  'sales.quotes',
  'sales.customers',
  'support.tickets',
  'support.chats',
  'catalog.products',
  'catalog.prices',
  'warehouse.stock',
  'warehouse.shipments',
  'people.employees',
  'people.payroll',
  'people.absences',
  'reports.finance',
  'reports.marketing',
  'projects.tasks',
  'projects.budgets',
  'projects.members',
  'documents.contracts',
  'documents.archive',
  'platform.users',
  'platform.settings',
  'platform.audit-log',
];

const actions = ['read', 'create', 'update', 'approve'];

const names = actions.flatMap((action) => areas.map((area) => `${area}:${action}`));

/** As many roles as there are. */
export const mostRoles = names.length;

/** The names of n distinct roles, some 22 characters each; the same for every user. */
export const roleNames = (n: number): readonly string[] => names.slice(0, n);
