import { FolderNotUsableError } from '../../../stack/errors';
import { requireUsableFolders } from '../../../stack/usableFolders';

const ODD = "/data/Größe #1 100% it's [x] (y), & $HOME";

test('takes blanks, #, %, commas, brackets and characters of any script', () => {
  expect(() => requireUsableFolders(`${ODD}: today!`, ODD)).not.toThrow();
});

test.each([
  ['a control character', 'a\nb'],
  ['a quotation mark', 'a"b'],
  ['a backslash', 'a\\b'],
  ['the beginning of a variable', 'a${b}'],
])('refuses %s in either folder, and says which', (found, folder) => {
  expect(() => requireUsableFolders(folder, '/x')).toThrow(
    new RegExp(`^CURRENTS_HOME: .* found ${found} in`),
  );
  expect(() => requireUsableFolders('/x', folder)).toThrow(new RegExp(`^checkout: .* found ${found} in`));
});

test.each(['a:b', 'a!b'])('refuses %s in the checkout', (folder) => {
  expect(() => requireUsableFolders('/x', folder)).toThrow(FolderNotUsableError);
});
