/** Permissions as the consent page tells them; each has `:read:admin`, the writable ones `:write:admin` as well. */
const RESOURCES: Record<string, { text: string; access: 'read' | 'read-write' | 'write' }> = {
  applications: { text: 'applications', access: 'read' },
  archive_reasons: { text: 'archive reasons', access: 'read' },
  audit_events: { text: 'audit events', access: 'read' },
  contact: { text: 'contacts', access: 'read-write' },
  diversity_surveys: { text: 'diversity surveys', access: 'read' },
  eeo_responses: { text: 'EEO responses', access: 'read' },
  eeo_responses_pii: { text: 'EEO responses with personal data', access: 'read' },
  feedback: { text: 'feedback', access: 'read-write' },
  feedback_templates: { text: 'feedback templates', access: 'read-write' },
  files: { text: 'files', access: 'read-write' },
  forms: { text: 'profile forms', access: 'read-write' },
  form_templates: { text: 'profile form templates', access: 'read-write' },
  groups: { text: 'groups', access: 'read-write' },
  interviews: { text: 'interviews', access: 'read-write' },
  notes: { text: 'notes', access: 'read-write' },
  offers: { text: 'offers', access: 'read' },
  opportunities: { text: 'opportunities', access: 'read-write' },
  panels: { text: 'interview panels', access: 'read-write' },
  permissions: { text: 'permissions', access: 'read-write' },
  postings: { text: 'postings', access: 'read-write' },
  referrals: { text: 'referrals', access: 'read' },
  requisitions: { text: 'requisitions', access: 'read-write' },
  requisition_fields: { text: 'requisition fields', access: 'read-write' },
  resumes: { text: 'résumés', access: 'read' },
  roles: { text: 'roles', access: 'read-write' },
  sources: { text: 'sources', access: 'read' },
  stages: { text: 'stages', access: 'read' },
  tags: { text: 'tags', access: 'read' },
  tasks: { text: 'tasks', access: 'read' },
  uploads: { text: 'uploads', access: 'write' },
  users: { text: 'users', access: 'read-write' },
  webhooks: { text: 'webhooks', access: 'read-write' },
};

/** Plain words for one scope, or undefined for a scope that Lever does not know. */
export function describeScope(scope: string): string | undefined {
  if (scope === 'offline_access') return 'Keep access while nobody is signed in';
  if (scope === 'confidential:access:admin') return 'See confidential postings and candidates';
  const [name = '', access, admin] = scope.split(':');
  const resource = RESOURCES[name];
  if (!resource || admin !== 'admin') return undefined;
  if (access === 'read' && resource.access !== 'write') return `Read ${resource.text}`;
  if (access === 'write' && resource.access !== 'read') return `Read and change ${resource.text}`;
  return undefined;
}

/** Write includes read. */
export function allows(scopes: readonly string[], resource: string, access: 'read' | 'write'): boolean {
  return (
    scopes.includes(`${resource}:write:admin`) ||
    (access === 'read' && scopes.includes(`${resource}:read:admin`))
  );
}
