import { type UserRole, userRoles } from '@moorline/cc-api';
import { useId } from 'preact/hooks';
import { CheckField, TextField } from '../../ui/fields.js';
import { type FieldErrors, roleFacts } from './user-form.js';

/** Roles, and projects as they are typed. */
export interface Rights {
  roles: readonly UserRole[];
  projects: string;
}

/** Properties of {@link RightsFields}. */
export interface RightsFieldsProps {
  rights: Rights;
  errors: FieldErrors<'roles' | 'projects'>;
  onChange: (rights: Rights) => void;
}

/** What a user may do. */
export function RightsFields({ rights, errors, onChange }: RightsFieldsProps) {
  const id = useId();
  const { roles, projects } = rights;
  return (
    <>
      <fieldset class="roles" aria-describedby={errors.roles === undefined ? undefined : id}>
        <legend class="field-label">Roles</legend>
        {[...userRoles].reverse().map((role) => (
          <CheckField
            key={role}
            label={
              <>
                <strong>{role}</strong> <span class="field-note">{roleFacts[role]}</span>
              </>
            }
            isChecked={roles.includes(role)}
            onChecked={(isChecked) =>
              onChange({ roles: userRoles.filter((one) => (one === role ? isChecked : roles.includes(one))), projects })
            }
          />
        ))}
        {errors.roles === undefined ? null : (
          <p id={id} class="field-note field-error">
            {errors.roles}
          </p>
        )}
      </fieldset>
      <TextField
        label="Projects"
        hint="Of a manager; separated by commas or blanks."
        error={errors.projects}
        value={projects}
        spellcheck={false}
        autocomplete="off"
        onValue={(text) => onChange({ roles, projects: text })}
      />
    </>
  );
}
