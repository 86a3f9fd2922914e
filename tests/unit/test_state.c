/* test_state.c - the nightly state at unit level: file systems that cannot hold it. The nights are
 * in tests/nightly.
 *
 * The numbers are the kernel's own (linux/magic.h), and for kinds that it does not name there those
 * of statfs(2).
 */
#include <linux/magic.h>

#include "state/ledger.h"
#include "unit.h"

START_TEST(network_file_systems_are_known)
{
    static const struct {
        unsigned long type;
        const char *kind;
    } kinds[] = {
        { NFS_SUPER_MAGIC, "NFS" },     { SMB_SUPER_MAGIC, "SMB" },   { CIFS_SUPER_MAGIC, "CIFS" },
        { SMB2_SUPER_MAGIC, "SMB" },    { CODA_SUPER_MAGIC, "Coda" }, { AFS_SUPER_MAGIC, "AFS" },
        { CEPH_SUPER_MAGIC, "Ceph" },   { V9FS_MAGIC, "9P" },         { FUSE_SUPER_MAGIC, "FUSE" },
        { OCFS2_SUPER_MAGIC, "OCFS2" }, { 0x01161970, "GFS2" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        ck_assert_ptr_nonnull(network_kind(kinds[i].type));
        ck_assert_str_eq(network_kind(kinds[i].type), kinds[i].kind);
    }
    /* f_type is signed on some machines, and wider than the number on others */
    ck_assert_str_eq(network_kind((unsigned long)(long)(int)CIFS_SUPER_MAGIC), "CIFS");
}
END_TEST

START_TEST(local_file_systems_are_good)
{
    static const unsigned long types[] = { EXT4_SUPER_MAGIC,
                                           BTRFS_SUPER_MAGIC,
                                           XFS_SUPER_MAGIC,
                                           TMPFS_MAGIC,
                                           OVERLAYFS_SUPER_MAGIC,
                                           F2FS_SUPER_MAGIC,
                                           0x2fc12fc1 /* ZFS */ };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        ck_assert_ptr_null(network_kind(types[i]));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("state");
    TCase *t = tcase_create("file systems");
    tcase_add_test(t, network_file_systems_are_known);
    tcase_add_test(t, local_file_systems_are_good);
    suite_add_tcase(s, t);
    return s;
}
